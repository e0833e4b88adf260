// tensacode/io/arrays/compiled/zip_memory.hpp -- the functions that io/arrays/zip_memory.hpp
// declares. Layer 3. Compiled once into the library, or in each file of a header-only program.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/config.hpp>
#include <tensacode/io/arrays/zip_memory.hpp>

namespace tc::detail {

TC_INLINE zlib_filefunc64_def zip_stream::functions() {
  zlib_filefunc64_def out{};
  out.zopen64_file = [](void* self, const void*, int) { return self; };
  out.zread_file = [](void*, void* file, void* to, uLong size) -> uLong {
    auto& stream = *static_cast<zip_stream*>(file);
    const std::string_view all = stream.is_writing ? stream.written : stream.view;
    const std::string_view bytes = all.substr(std::min(stream.at, all.size()), size);
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    stream.at += bytes.size();
    return bytes.size();
  };
  out.zwrite_file = [](void*, void* file, const void* from, uLong size) -> uLong {
    auto& stream = *static_cast<zip_stream*>(file);
    try {
      stream.written.resize(std::max<std::size_t>(stream.written.size(), stream.at + size));
    } catch (const std::exception&) {
      return 0;
    }
    if (size > 0) std::memcpy(stream.written.data() + stream.at, from, size);
    stream.at += size;
    return size;
  };
  out.ztell64_file = [](void*, void* file) -> ZPOS64_T {
    return static_cast<zip_stream*>(file)->at;
  };
  out.zseek64_file = [](void*, void* file, ZPOS64_T offset, int origin) -> long {
    auto& stream = *static_cast<zip_stream*>(file);
    const std::size_t base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? stream.at
                             : origin == ZLIB_FILEFUNC_SEEK_END ? stream.size()
                                                                : 0;
    if (offset > stream.size() - std::min(base, stream.size())) return -1;
    stream.at = base + offset;
    return 0;
  };
  out.zclose_file = [](void*, void*) { return 0; };
  out.zerror_file = [](void*, void*) { return 0; };
  out.opaque = this;
  return out;
}

TC_INLINE zip_writer::zip_writer() {
  stream_.is_writing = true;
  auto functions = stream_.functions();
  file_.reset(zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions));
  TC_CHECK(file_, tc::error, "a zip file: out of memory");
}

TC_INLINE std::string zip_writer::finish() {
  check(zipClose(file_.release(), nullptr));
  return std::move(stream_.written);
}

TC_INLINE void zip_writer::write(std::string_view bytes) {
  constexpr std::size_t most = std::size_t{1} << 30;  // minizip counts bytes in 32 bits
  for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
    check(zipWriteInFileInZip(file_.get(), bytes.data(),
                              static_cast<unsigned>(std::min(most, bytes.size()))));
}

TC_INLINE zip_reader::zip_reader(std::string_view bytes, const std::string& name,
                                 std::uint64_t max_bytes)
    : name_(name), compressed_left_(max_bytes), max_bytes_(max_bytes), stored_left_(bytes.size()) {
  const std::size_t end = end_record(bytes);
  if (end == bytes.npos) fail({}, "a zip file", "none, or one that is cut");
  // minizip rejects a zip file without members, so this case is handled here.
  if (end == 0 && bytes.find_first_not_of('\0', 4) == bytes.npos) return;
  stream_.view = bytes;
  auto functions = stream_.functions();
  file_.reset(unzOpen2_64("", &functions));
  if (!file_) fail({}, "a whole zip file", "one that is cut or damaged");
  read_names();
}

TC_INLINE std::string zip_reader::read(const std::string& member) {
  check(unzGoToFilePos64(file_.get(), &members_.find(member)->second), member);
  unz_file_info64 information{};
  check(unzGetCurrentFileInfo64(file_.get(), &information, nullptr, 0, nullptr, 0, nullptr, 0),
        member);
  const std::uint64_t size = information.uncompressed_size;
  const bool is_stored = information.compression_method == 0;
  if (!is_stored && information.compression_method != Z_DEFLATED)
    fail(member, "a member that is stored or deflated",
         format("method {}", information.compression_method));
  if ((information.flag & 1) != 0) fail(member, "a member without a password", "an encrypted one");
  // Members must not overlap. Otherwise a small file could expand to many large members.
  std::uint64_t& left = is_stored ? stored_left_ : compressed_left_;
  if (size > left && is_stored)
    fail(member, "members that do not overlap", "more bytes than the file has");
  if (size > left)
    fail(member, format("at most {} bytes when decompressed, see max_bytes", max_bytes_), "more");
  left -= size;

  check(unzOpenCurrentFile(file_.get()), member);
  std::string out;
  std::array<char, std::size_t{1} << 16> block;
  int count = 1;
  while (count > 0 && out.size() <= size) {
    count = unzReadCurrentFile(file_.get(), block.data(), static_cast<unsigned>(block.size()));
    if (count > 0) out.append(block.data(), static_cast<std::size_t>(count));
  }
  const int closed = unzCloseCurrentFile(file_.get());
  check(count < 0 ? count : closed, member);
  if (out.size() != size) fail(member, format("{} bytes", size), format("{}", out.size()));
  return out;
}

TC_INLINE void zip_reader::check(int status, const std::string& member) const {
  if (status == UNZ_CRCERROR) fail(member, "the member's checksum", "another one");
  if (status != UNZ_OK) fail(member, "a whole zip file", "one that is cut or damaged");
}

TC_INLINE std::size_t zip_reader::end_record(std::string_view bytes) {
  constexpr std::size_t longest_comment = 0xFFFF;
  for (std::size_t at = bytes.size(), tries = 0; at-- > 0 && tries <= longest_comment + end_size;
       ++tries) {
    if (bytes.size() - at < end_size || !bytes.substr(at).starts_with("PK\5\6")) continue;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const std::size_t comment = byte(end_size - 2) + byte(end_size - 1) * std::size_t{256};
    if (at + end_size + comment == bytes.size()) return at;
  }
  return bytes.npos;
}

TC_INLINE void zip_reader::read_names() {
  unz_global_info64 information{};
  std::array<char, 0x10000> name{};  // the longest possible name
  check(unzGetGlobalInfo64(file_.get(), &information), {});
  int status =
      information.number_entry == 0 ? UNZ_END_OF_LIST_OF_FILE : unzGoToFirstFile(file_.get());
  for (; status == UNZ_OK; status = unzGoToNextFile(file_.get())) {
    unz_file_info64 member{};
    check(unzGetCurrentFileInfo64(file_.get(), &member, name.data(), name.size() - 1, nullptr, 0,
                                  nullptr, 0),
          {});
    unz64_file_pos place{};
    check(unzGetFilePos64(file_.get(), &place), {});
    std::string text(name.data(), member.size_filename);
    if (text.find('\0') != text.npos) fail({}, "names without NUL", detail::quoted(text));
    if (!members_.emplace(text, place).second) fail(text, "the name once", "it twice");
  }
  if (status != UNZ_END_OF_LIST_OF_FILE) check(status, {});
}

}  // namespace tc::detail
