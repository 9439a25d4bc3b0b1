package dev.gatehouse.mysql.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The connections that hold what a connection waits for.
 *
 * @param ids their numbers; empty when none is seen
 * @param unseen why none is
 * @param areHidden whether that is for want of a right
 */
public record Blockers(List<String> ids, String unseen, boolean areHidden) {

  /** Those in the way of that connection; never fails for want of a right. */
  public static Blockers of(Connection connection, String waiting) throws SQLException {
    Product product = Products.of(connection);
    try {
      List<String> ids =
          Queries.rows(connection, product.blockersQuestion(), Function.identity()).stream()
              .filter(pair -> pair.text("waiting").equals(waiting))
              .map(pair -> pair.text("blocking"))
              .distinct()
              .toList();
      return new Blockers(ids, "a connection that the server does not name", false);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return new Blockers(
            List.of(),
            "a connection that this account may not see: GRANT %s TO %s"
                .formatted(product.blockersRight(), Accounts.current(connection)),
            true);
      }
      throw e;
    }
  }

  /** The number of one of them. */
  public Optional<String> first() {
    return ids.stream().findFirst();
  }

  @Override
  public String toString() {
    return ids.isEmpty()
        ? unseen
        : ids.stream().collect(Collectors.joining(", ", "connection ", ""));
  }
}
