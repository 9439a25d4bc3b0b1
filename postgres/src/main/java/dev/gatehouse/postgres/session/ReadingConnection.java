package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.PooledConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection that stays in its one read-only transaction. The server keeps such a transaction
 * from writing and from becoming another; leaving it is the one thing the server allows to
 * everybody, so that is refused here, for methods and for SQL. At the end it is rolled back:
 * whatever a function may have done within it is undone as well.
 */
final class ReadingConnection implements InvocationHandler {
  private static final List<Class<?>> STATEMENTS =
      List.of(CallableStatement.class, PreparedStatement.class, Statement.class);

  private final Connection real;

  private ReadingConnection(Connection real) {
    this.real = real;
  }

  static Connection around(Connection real) {
    return proxy(Connection.class, new ReadingConnection(real));
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
    switch (method.getName()) {
      case "commit" -> throw stays("commit()");
      case "rollback" -> {
        if (!(first instanceof Savepoint)) {
          throw stays("rollback()");
        }
      }
      case "setAutoCommit" -> {
        if (Boolean.TRUE.equals(first)) {
          throw stays("setAutoCommit(true)");
        }
        return null;
      }
      case "setReadOnly" -> {
        if (Boolean.FALSE.equals(first)) {
          throw stays("setReadOnly(false)");
        }
        return null;
      }
      case "prepareStatement", "prepareCall" ->
          ReadOnlySql.require(real, String.valueOf(first), true);
      case "close" -> {
        close();
        return null;
      }
      default -> {}
    }
    Object result = PooledConnection.invoke(real, method, arguments);
    if (result instanceof Statement statement) {
      return statement(statement, (Connection) proxy);
    }
    if (result instanceof DatabaseMetaData metaData) {
      return proxy(DatabaseMetaData.class, belongingTo((Connection) proxy, metaData));
    }
    return result;
  }

  private void close() throws SQLException {
    if (!real.isClosed()) {
      try {
        real.rollback();
      } finally {
        real.close();
      }
    }
  }

  private Object statement(Statement statement, Connection proxy) {
    Class<?> type =
        STATEMENTS.stream().filter(known -> known.isInstance(statement)).findFirst().orElseThrow();
    InvocationHandler plain = belongingTo(proxy, statement);
    return proxy(
        type,
        (self, method, arguments) -> {
          boolean takesSql =
              arguments != null
                  && arguments.length > 0
                  && arguments[0] instanceof String
                  && (method.getName().startsWith("execute")
                      || method.getName().equals("addBatch"));
          if (takesSql) {
            ReadOnlySql.require(real, String.valueOf(arguments[0]), false);
          }
          return plain.invoke(self, method, arguments);
        });
  }

  private static InvocationHandler belongingTo(Connection proxy, Object real) {
    return (self, method, arguments) ->
        method.getName().equals("getConnection")
            ? proxy
            : PooledConnection.invoke(real, method, arguments);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ReadingConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static SQLException stays(String what) {
    return new SQLException(
        "a session for reading stays in its one read-only transaction: no " + what,
        SqlStates.READ_ONLY);
  }
}
