package dev.gatehouse.mysql.maintenance;

/** What is done to tables, and the statement for one, with its quoted name to come. */
enum Work {
  REPAIR("CHECK TABLE %s; where it is damaged: %s"),
  REBUILD("ALTER TABLE %s FORCE; CHECK TABLE"),
  ANALYZE("ANALYZE TABLE %s");

  private final String line;

  Work(String line) {
    this.line = line;
  }

  String line() {
    return line;
  }
}
