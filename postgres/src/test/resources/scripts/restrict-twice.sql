\restrict a
\restrict a
