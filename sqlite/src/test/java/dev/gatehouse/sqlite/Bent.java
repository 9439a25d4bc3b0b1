package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A dialect, or a part of one, that misbehaves in one method and is itself in all others. */
final class Bent {
  private Bent() {}

  /** What a method does instead. */
  @FunctionalInterface
  interface Bend {
    /**
     * One part of the subject.
     *
     * @param straight what it would have done
     */
    @Nullable Object call(Straight straight, @Nullable Object[] arguments) throws Throwable;
  }

  /** What a method would have done. */
  @FunctionalInterface
  interface Straight {
    @Nullable Object call() throws Throwable;
  }

  static <T> T part(Class<T> type, T original, String bent, Bend bend) {
    InvocationHandler handler =
        (proxy, method, given) -> {
          @Nullable Object[] arguments = given == null ? new Object[0] : given;
          Straight straight =
              () -> {
                try {
                  return method.invoke(original, given);
                } catch (InvocationTargetException e) {
                  throw e.getCause() == null ? e : e.getCause();
                }
              };
          return method.getName().equals(bent) ? bend.call(straight, arguments) : straight.call();
        };
    return type.cast(
        Proxy.newProxyInstance(Bent.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** SQLite, misbehaving in one method of the dialect. */
  static Dialect dialect(String bent, Bend bend) {
    return part(Dialect.class, Sqlite.dialect(), bent, bend);
  }

  /** SQLite, misbehaving in one method of its concurrency. */
  static Dialect concurrency(String bent, Bend bend) {
    Concurrency concurrency = part(Concurrency.class, Sqlite.dialect().concurrency(), bent, bend);
    return dialect("concurrency", (straight, arguments) -> concurrency);
  }
}
