/* a /* b; */ c; */ SELECT 1; -- d; e
/* ' */ SELECT /* in; */ 2 -- '
;
/**/;
/***/ SELECT 3 /*/**/*/;