package dev.gatehouse.postgres.access;

/** What one query told of is unknown to the next: it was made or dropped in between. */
final class ConcurrentDdlException extends RuntimeException {
  ConcurrentDdlException(String what) {
    super(what + " was made or dropped while the catalogue was read");
  }
}
