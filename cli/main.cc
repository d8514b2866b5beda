#include "cli/program.h"

int main(int argc, char** argv) { return perfecthash::RunProgram(argc, argv); }
