package dev.gatehouse.dsl.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A pool of one connection, which it lends again as it came back, unless that is closed. */
final class OnePool implements AutoCloseable {
  private final DataSource origin;
  private @Nullable Connection real;

  OnePool(DataSource origin) {
    this.origin = origin;
  }

  DataSource source() {
    return (DataSource)
        Proxy.newProxyInstance(
            OnePool.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                method.getName().equals("getConnection")
                    ? lend()
                    : method.invoke(origin, arguments));
  }

  private Connection lend() throws SQLException {
    if (real == null || real.isClosed()) {
      real = origin.getConnection();
    }
    Connection lent = real;
    return (Connection)
        Proxy.newProxyInstance(
            OnePool.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(lent, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  @Override
  public void close() throws SQLException {
    if (real != null) {
      real.close();
    }
  }
}
