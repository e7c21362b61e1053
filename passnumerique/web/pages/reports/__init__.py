"""Reports of a programme: their list, each as a page, a paper and a workbook, and what each figure is."""
