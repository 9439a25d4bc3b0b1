package dev.gatehouse.core.dialect;

/**
 * Which database this is, read from the live server: never from its name or address.
 *
 * @param product such as {@code SQLite}
 * @param version as the server prints it
 * @param server what stays the same for this server and no other (system identifier, server UUID,
 *     for SQLite the real path of the file)
 * @param database database within the server
 * @param session what names without a schema, and the account, mean in the account's sessions, as
 *     the dialect writes it; empty where nothing can change that
 * @since 0.1
 */
public record Fingerprint(
    String product, String version, String server, String database, String session) {

  /** Of a product whose sessions are all alike. */
  public Fingerprint(String product, String version, String server, String database) {
    this(product, version, server, database, "");
  }

  /** Whether both name the same database; the version may have moved on. */
  public boolean sameDatabase(Fingerprint other) {
    return product.equals(other.product)
        && server.equals(other.server)
        && database.equals(other.database);
  }

  /** One line: product, server and database, without the version. */
  public String identity() {
    return product + " " + server + " " + database;
  }
}
