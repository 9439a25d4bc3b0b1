package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Progress;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * One sum over all large objects, of their numbers and the SHA-256 of what they hold. The server
 * hashes those that fit into one piece; it hands out no more than 1 GiB at once, so longer ones are
 * read and hashed here piece by piece. The sum is the same whatever the size of a piece.
 */
final class LargeObjects {
  /** In bytes; what a session holds of an object at a time. */
  static final int PIECE = 8 << 20;

  private static final String FIRST_PIECES =
      "SELECT p.oid::text, CASE WHEN pg_catalog.length(p.piece) < %1$d THEN"
          + " pg_catalog.hashtextextended(p.oid::text || ':' || pg_catalog.encode("
          + "pg_catalog.sha256(p.piece), 'hex'), 0) END AS hash FROM (SELECT l.oid,"
          + " pg_catalog.lo_get(l.oid, 0, %1$d) AS piece FROM pg_catalog.pg_largeobject_metadata l"
          + " OFFSET 0) p";

  private static final String SUMMED =
      "SELECT pg_catalog.count(*), coalesce(pg_catalog.sum(f.hash), 0)::text,"
          + " coalesce(pg_catalog.string_agg(f.oid, ',') FILTER (WHERE f.hash IS NULL), '') FROM ("
          + FIRST_PIECES
          + ") f";

  private final Connection session;
  private final int piece;
  private final Progress progress;

  LargeObjects(Connection session, int piece, Progress progress) {
    this.session = session;
    this.piece = piece;
    this.progress = progress;
  }

  /** Their number and sum, such as {@code 2, -17}. */
  String state() throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(SUMMED.formatted(piece));
        ResultSet row = statement.executeQuery()) {
      row.next();
      BigInteger sum = new BigInteger(row.getString(2));
      String longer = row.getString(3);
      if (!longer.isEmpty()) {
        for (String oid : longer.split(",")) {
          sum = sum.add(hash(oid));
        }
      }
      return row.getLong(1) + ", " + sum;
    }
  }

  private BigInteger hash(String oid) throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement("SELECT pg_catalog.hashtextextended(?, 0)::text")) {
      statement.setString(1, oid + ":" + digest(oid));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new BigInteger(row.getString(1));
      }
    }
  }

  private String digest(String oid) throws SQLException {
    MessageDigest digest = sha256();
    try (PreparedStatement statement =
        session.prepareStatement("SELECT pg_catalog.lo_get(?::pg_catalog.oid, ?, ?)")) {
      statement.setString(1, oid);
      statement.setInt(3, piece);
      int length = piece;
      for (long at = 0; length == piece; at += piece) {
        progress.continuing();
        statement.setLong(2, at);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          byte[] bytes = row.getBytes(1);
          length = bytes.length;
          digest.update(bytes);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
