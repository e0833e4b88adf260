// examples/sms.hpp -- a text message of UCI SMS Spam Collection (Almeida & Hidalgo 2011, CC
// BY 4.0).
#pragma once

#include <tensacode/tensacode.hpp>

#include <string>

namespace sms {

enum class Kind { ham, spam };

struct Message {
  std::string text;
};
struct Label {
  Kind label;
};

TC_REFLECT(Message)
TC_REFLECT(Label)

}  // namespace sms
