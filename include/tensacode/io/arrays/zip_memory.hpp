// tensacode/io/arrays/zip_memory.hpp -- zip files in memory, by minizip.
// Layer 3. The only file that includes minizip, which here sees no file system: it reads and writes
// through callbacks on bytes. They throw nothing, as C code calls them.
// SPDX-License-Identifier: MIT
#pragma once

#include <tensacode/core/error.hpp>
#include <tensacode/io/parse_error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

// pkg-config names the folder itself, in which other libraries' names lie, too.
#if __has_include(<minizip/unzip.h>)
#include <minizip/unzip.h>
#include <minizip/zip.h>
#else
#include <unzip.h>
#include <zip.h>
#endif

namespace tc::detail {

/// Bytes as a file for minizip. Reading uses `view`, writing `written`.
struct zip_stream {
  std::string_view view;
  std::string written;
  std::size_t at = 0;
  bool is_writing = false;

  std::size_t size() const { return is_writing ? written.size() : view.size(); }

  /// The functions of minizip's interface, on this stream.
  zlib_filefunc64_def functions() {
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
};

struct zip_write_closer {
  void operator()(void* file) const { zipClose(file, nullptr); }
};
struct zip_read_closer {
  void operator()(void* file) const { unzClose(file); }
};

/// A zip file as it is written. Members have the first date there is, so that equal contents are
/// equal files.
class zip_writer {
 public:
  zip_writer() {
    stream_.is_writing = true;
    auto functions = stream_.functions();
    file_.reset(zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions));
    TC_CHECK(file_, tc::error, "a zip file: out of memory");
  }

  /// Adds a member with the given bytes, one piece after the other.
  template <class... Pieces>
  void add(const std::string& name, bool compress, const Pieces&... pieces) {
    TC_CHECK(name.size() <= 0xFFFF && name.find('\0') == name.npos, argument_error,
             "write_npz: {} cannot be the name of an array", detail::quoted(name));
    zip_fileinfo information{};
    information.dosDate = 1U << 21 | 1U << 16;  // month and day; years count from 1980
    const std::uint64_t size = (std::uint64_t{0} + ... + pieces.size());
    const bool is_large = size > 0xFFFF'0000;  // deflate may make it a little larger
    constexpr unsigned utf8_names = 1U << 11;
    check(zipOpenNewFileInZip4_64(
        file_.get(), name.c_str(), &information, nullptr, 0, nullptr, 0, nullptr,
        compress ? Z_DEFLATED : 0, compress ? Z_DEFAULT_COMPRESSION : 0, 0, -MAX_WBITS,
        DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0, 0, utf8_names, is_large ? 1 : 0));
    (write(pieces), ...);
    check(zipCloseFileInZip(file_.get()));
  }

  std::string finish() {
    check(zipClose(file_.release(), nullptr));
    return std::move(stream_.written);
  }

 private:
  static void check(int status) {
    TC_CHECK(status == ZIP_OK, tc::error, "a zip file: minizip reports {}", status);
  }
  void write(std::string_view bytes) {
    constexpr std::size_t most = std::size_t{1} << 30;  // minizip counts in 32 bits
    for (; !bytes.empty(); bytes.remove_prefix(std::min(most, bytes.size())))
      check(zipWriteInFileInZip(file_.get(), bytes.data(),
                                static_cast<unsigned>(std::min(most, bytes.size()))));
  }

  zip_stream stream_;
  std::unique_ptr<void, zip_write_closer> file_;
};

/// The members of a zip file. Errors are parse_errors with the name of the file.
class zip_reader {
 public:
  /// `max_bytes` is what compressed members may become in all.
  zip_reader(std::string_view bytes, const std::string& name, std::uint64_t max_bytes)
      : name_(name),
        compressed_left_(max_bytes),
        max_bytes_(max_bytes),
        stored_left_(bytes.size()) {
    const std::size_t end = end_record(bytes);
    if (end == bytes.npos) fail({}, "a zip file", "none, or one that is cut");
    // Of a file without members minizip says that it is none.
    if (end == 0 && bytes.find_first_not_of('\0', 4) == bytes.npos) return;
    stream_.view = bytes;
    auto functions = stream_.functions();
    file_.reset(unzOpen2_64("", &functions));
    if (!file_) fail({}, "a whole zip file", "one that is cut or damaged");
    read_names();
  }

  /// Calls `f(name)` for each member, sorted.
  template <class F>
  void for_each_name(const F& f) const {
    for (const auto& [name, place] : members_) f(name);
  }

  bool has(const std::string& member) const { return members_.contains(member); }
  /// The contents of a member that there is.
  std::string read(const std::string& member) {
    check(unzGoToFilePos64(file_.get(), &members_.find(member)->second), member);
    unz_file_info64 information{};
    check(unzGetCurrentFileInfo64(file_.get(), &information, nullptr, 0, nullptr, 0, nullptr, 0),
          member);
    const std::uint64_t size = information.uncompressed_size;
    const bool is_stored = information.compression_method == 0;
    if (!is_stored && information.compression_method != Z_DEFLATED)
      fail(member, "a member that is stored or deflated",
           format("method {}", information.compression_method));
    if ((information.flag & 1) != 0)
      fail(member, "a member without a password", "an encrypted one");
    // Members may not share the bytes of the file: few would become many.
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

 private:
  [[noreturn]] void fail(const std::string& member, std::string expected, std::string found) const {
    raise_problem(name_, {0, 0, member, std::move(expected), std::move(found)});
  }
  void check(int status, const std::string& member) const {
    if (status == UNZ_CRCERROR) fail(member, "the member's checksum", "another one");
    if (status != UNZ_OK) fail(member, "a whole zip file", "one that is cut or damaged");
  }

  /// Where the record begins with which a zip file ends, if all of it is there and nothing follows:
  /// minizip reads on where it finds its first bytes.
  static std::size_t end_record(std::string_view bytes) {
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

  void read_names() {
    unz_global_info64 information{};
    std::array<char, 0x10000> name{};  // the longest there is
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

  static constexpr std::size_t end_size = 22;  // without the comment

  const std::string& name_;
  std::uint64_t compressed_left_;
  std::uint64_t max_bytes_;
  std::uint64_t stored_left_;
  zip_stream stream_;
  std::unique_ptr<void, zip_read_closer> file_;
  std::map<std::string, unz64_file_pos> members_;
};

}  // namespace tc::detail
