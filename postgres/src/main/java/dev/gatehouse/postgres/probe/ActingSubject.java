package dev.gatehouse.postgres.probe;

/**
 * Who is asked, and how the claim's role comes to be that.
 *
 * @param path empty for the role itself
 */
record ActingSubject(String role, String path) {
  @Override
  public String toString() {
    return path.isEmpty() ? role : path;
  }
}
