package dev.gatehouse.core.dialect;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a pool whose session ends when it is closed: a pool would hand out its settings,
 * and keep its locks.
 */
public final class PooledConnection {
  private PooledConnection() {}

  /**
   * The same connection, but that closing it is {@link #end}.
   *
   * @param driver the type of the driver's own connection
   */
  public static Connection around(Connection pooled, Class<? extends Connection> driver) {
    return (Connection)
        Proxy.newProxyInstance(
            PooledConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!pooled.isClosed()) {
                  end(pooled, driver);
                }
                return null;
              }
              return invoke(pooled, method, arguments);
            });
  }

  /**
   * Closes the driver's own connection first, so that no pool can hand out what this session has
   * become.
   */
  public static void end(Connection pooled, Class<? extends Connection> driver)
      throws SQLException {
    Connection own = pooled.unwrap(driver);
    own.close();
    if (pooled != own) {
      closeQuietly(pooled);
    }
  }

  /** Pools and drivers may complain that its session is gone; that is what was wanted. */
  public static void closeQuietly(Connection pooled) {
    try {
      pooled.close();
    } catch (SQLException gone) {
      return;
    }
  }

  /** What the method does or throws, without the wrapping of reflection. */
  public static @Nullable Object invoke(
      Object on, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
