"""What drivers and librarians carry: manifests as PDF, HTML, XLSX, CSV and GPX."""
