package dev.gatehouse.postgres.session;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a pool whose session ends when it is closed: a pool would hand out its settings,
 * and keep its latch.
 */
final class PooledConnection {
  private PooledConnection() {}

  static Connection around(Connection pooled) {
    return (Connection)
        Proxy.newProxyInstance(
            PooledConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!pooled.isClosed()) {
                  Driver.closeForGood(pooled);
                }
                return null;
              }
              return invoke(pooled, method, arguments);
            });
  }

  /** What the method does or throws, without the wrapping of reflection. */
  static @Nullable Object invoke(Object on, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
