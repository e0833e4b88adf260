// The yardstick: what a program with Eigen pays in any case.
#include <Eigen/Dense>
