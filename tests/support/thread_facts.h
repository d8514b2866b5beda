#pragma once

#include <set>
#include <string>

namespace perfecthash {

// What the operating system says of the calling thread.
std::string ThreadName();
// The cpus that it may run on, numbered as in NumaNode::cpus.
std::set<int> ThreadCpus();
// Its priority as a nice value of Unix; 5 for each step of Windows.
int ThreadNice();

// The threads of this process; a joined one may stay listed for a moment.
int ThreadCount();
// Those with a name of their own, which the main thread and a sanitizer's have
// not, and without the kernel's own workers for io_uring.
int NamedThreadCount();

}  // namespace perfecthash
