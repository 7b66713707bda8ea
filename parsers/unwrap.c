/* stub */ typedef int unwrap_stub;
