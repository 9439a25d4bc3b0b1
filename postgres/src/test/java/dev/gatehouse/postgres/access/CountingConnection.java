package dev.gatehouse.postgres.access;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;

/** A real connection, with a count of the statements that are made on it. */
record CountingConnection(Connection connection, AtomicLong count) {

  static CountingConnection around(Connection real) {
    AtomicLong count = new AtomicLong();
    Connection proxy =
        (Connection)
            Proxy.newProxyInstance(
                CountingConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                  if (method.getName().equals("prepareStatement")
                      || method.getName().equals("createStatement")) {
                    count.incrementAndGet();
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause() == null ? e : e.getCause();
                  }
                });
    return new CountingConnection(proxy, count);
  }

  long queries() {
    return count.get();
  }
}
