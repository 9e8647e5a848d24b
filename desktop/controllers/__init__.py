"""Between widgets and core: QObjects with slots in and signals out, no widgets."""
