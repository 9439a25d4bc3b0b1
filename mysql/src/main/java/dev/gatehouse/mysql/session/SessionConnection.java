package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.PooledConnection;
import dev.gatehouse.core.dialect.Target;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection that Gatehouse opened: it knows which session it is, one for reading takes reading
 * statements only, and one of a pool ends when it is closed, because a pool would hand out its
 * settings and keep its locks.
 */
final class SessionConnection implements InvocationHandler {
  private static final List<Class<?>> STATEMENTS =
      List.of(CallableStatement.class, PreparedStatement.class, Statement.class);

  /** What would change what a session for reading is. */
  private static final Set<String> LEAVING =
      Set.of(
          "commit",
          "rollback",
          "setAutoCommit",
          "setReadOnly",
          "setTransactionIsolation",
          "setCatalog",
          "setSchema",
          "setSavepoint");

  private final Connection real;
  private final Target target;
  private final Fingerprint where;
  private final SessionId session;
  private final boolean reading;
  private volatile @Nullable StatementLimit limit;

  private SessionConnection(
      Connection real, Target target, Fingerprint where, SessionId session, boolean reading) {
    this.real = real;
    this.target = target;
    this.where = where;
    this.session = session;
    this.reading = reading;
  }

  /** A session for effects, or of Gatehouse's own. */
  static Connection writing(Connection real, Target target, Fingerprint where, SessionId session) {
    return proxy(Connection.class, new SessionConnection(real, target, where, session, false));
  }

  /** A session that takes reading statements only. */
  static Connection reading(Connection real, Target target, Fingerprint where, SessionId session) {
    return proxy(Connection.class, new SessionConnection(real, target, where, session, true));
  }

  /** What is known of a connection that Gatehouse opened. */
  static SessionConnection of(Connection connection) throws SQLException {
    if (Proxy.isProxyClass(connection.getClass())
        && Proxy.getInvocationHandler(connection) instanceof SessionConnection known) {
      return known;
    }
    throw new SQLException("the connection was not opened by MySql.dialect()");
  }

  SessionId session() {
    return session;
  }

  /** The database it was opened in. */
  String database() {
    return where.database();
  }

  /** From now on its statements are given up after that time. */
  void limit(Duration time) {
    limit = new StatementLimit(target, session.connection(), time);
  }

  Target target() {
    return target;
  }

  boolean isForReading() {
    return reading;
  }

  Connection real() {
    return real;
  }

  @Override
  public @Nullable Object invoke(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    String name = method.getName();
    if (name.equals("close")) {
      end(real, target);
      return null;
    }
    if (reading && LEAVING.contains(name)) {
      throw refused(name + "()");
    }
    if (reading && name.startsWith("prepare") && arguments != null) {
      ReadingSql.require(real, String.valueOf(arguments[0]));
    }
    Object result = PooledConnection.invoke(real, method, arguments);
    if (result instanceof Statement statement) {
      return statement(statement, (Connection) proxy);
    }
    return result instanceof DatabaseMetaData metaData
        ? proxy(DatabaseMetaData.class, belongingTo((Connection) proxy, metaData))
        : result;
  }

  /** Ends the session: a pool does not get back what it has become. */
  static void end(Connection real, Target target) throws SQLException {
    if (real.isClosed()) {
      return;
    }
    if (target.isPooled()) {
      Driver.of(real).closeForGood(real, target);
    } else {
      PooledConnection.closeQuietly(real);
    }
  }

  private Object statement(Statement statement, Connection proxy) {
    Class<?> type =
        STATEMENTS.stream().filter(known -> known.isInstance(statement)).findFirst().orElseThrow();
    InvocationHandler plain = belongingTo(proxy, statement);
    return proxy(
        type,
        (self, method, arguments) -> {
          if (reading
              && arguments != null
              && arguments.length > 0
              && arguments[0] instanceof String sql
              && (method.getName().startsWith("execute") || method.getName().equals("addBatch"))) {
            ReadingSql.require(real, sql);
          }
          StatementLimit limited = limit;
          return limited != null && method.getName().startsWith("execute")
              ? limited.within(real, () -> plain.invoke(self, method, arguments))
              : plain.invoke(self, method, arguments);
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
            SessionConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static SQLException refused(String what) {
    return new SQLException(
        "a session for reading stays as it is: no " + what, "25006", ReadingSql.READ_ONLY);
  }
}
