// What ThreadSanitizer cannot see: Debian's Abseil is built without it. Copies
// of an absl::Status share what they hold, and who drops the last one frees it;
// the count that puts that after every use is in the library.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libabsl_status.so\n"      // frees the message
         "race:absl::*status_internal::Payload\n";  // frees the payloads
}
