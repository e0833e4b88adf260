// What the umbrella header includes of others.
#include <oneapi/tbb/parallel_for.h>
#include <Eigen/Dense>
#include <boost/pfr/core.hpp>
