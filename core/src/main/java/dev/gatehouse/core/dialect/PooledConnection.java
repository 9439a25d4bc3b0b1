package dev.gatehouse.core.dialect;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a pool whose session ends when it is closed: a pool would hand out its settings,
 * and keep its locks.
 */
public final class PooledConnection {
  private static final String HIKARI = "com.zaxxer.hikari.HikariDataSource";

  private PooledConnection() {}

  /**
   * The same connection, but that closing it is {@link #end}.
   *
   * @param target whose pool lent it
   * @param driver the type of the driver's own connection
   */
  public static Connection around(
      Connection pooled, Target target, Class<? extends Connection> driver) {
    return (Connection)
        Proxy.newProxyInstance(
            PooledConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!pooled.isClosed()) {
                  end(pooled, target, driver);
                }
                return null;
              }
              return invoke(pooled, method, arguments);
            });
  }

  /**
   * Closes the driver's own connection first, so that no pool can hand out what this session has
   * become. HikariCP is told before, and so has nothing to warn of, nor to be given back.
   */
  public static void end(Connection pooled, Target target, Class<? extends Connection> driver)
      throws SQLException {
    Connection own = pooled.unwrap(driver);
    boolean evicted = target.pool().filter(pool -> evict(pool, pooled)).isPresent();
    own.close();
    if (!evicted && pooled != own) {
      closeQuietly(pooled);
    }
  }

  /**
   * By its name, so that no pool has to be on the class path; another wrapper is not known there.
   */
  private static boolean evict(DataSource pool, Connection pooled) {
    try {
      Method evict = pool.getClass().getMethod("evictConnection", Connection.class);
      if (!evict.getDeclaringClass().getName().equals(HIKARI)) {
        return false;
      }
      evict.invoke(pool, pooled);
      return true;
    } catch (ReflectiveOperationException none) {
      return false;
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
