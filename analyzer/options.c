typedef int options_stub;
