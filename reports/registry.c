typedef int reports_stub;
