package dev.gatehouse.core.testkit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLSyntaxErrorException;
import java.util.Map;
import javax.sql.DataSource;

/** Connections to a database product that no dialect knows, and that understands no SQL. */
final class ForeignProduct {
  static final String NAME = "Elsewhere";

  private static final Map<String, Object> ANSWERS =
      Map.of(
          "getDatabaseProductName",
          NAME,
          "getDatabaseProductVersion",
          "1.0",
          "getDatabaseMajorVersion",
          1,
          "getDatabaseMinorVersion",
          0,
          "getDriverName",
          "Elsewhere Connector",
          "getURL",
          "jdbc:elsewhere:",
          "getAutoCommit",
          true,
          "isClosed",
          false,
          "isReadOnly",
          false,
          "isValid",
          true);

  private ForeignProduct() {}

  static Connection connection() {
    return stub(Connection.class);
  }

  static DataSource dataSource() {
    return stub(DataSource.class);
  }

  private static <T> T stub(Class<T> type) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (ANSWERS.containsKey(method.getName())) {
            return ANSWERS.get(method.getName());
          }
          return switch (method.getName()) {
            case "getConnection" -> connection();
            case "getMetaData" -> stub(DatabaseMetaData.class);
            case "close", "setAutoCommit", "setReadOnly", "commit", "rollback" -> null;
            case "toString" -> NAME;
            default ->
                throw new SQLSyntaxErrorException(
                    NAME + " does not understand " + method.getName(), "42000");
          };
        };
    return type.cast(
        Proxy.newProxyInstance(
            ForeignProduct.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
