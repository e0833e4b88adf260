// The umbrella header in an otherwise empty file.
#include <tensacode/tensacode.hpp>
