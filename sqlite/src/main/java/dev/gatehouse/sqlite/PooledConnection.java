package dev.gatehouse.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;

/**
 * A connection of a pool whose session ends when it is closed: a pool would hand out its settings,
 * foreign keys that are not enforced among them.
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
              try {
                return method.invoke(pooled, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
