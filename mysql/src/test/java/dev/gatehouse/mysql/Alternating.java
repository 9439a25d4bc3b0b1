package dev.gatehouse.mysql;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Each test of the class takes one of its servers, by the name of the test, and all of them with
 * {@code -Pengines} and {@code -Pnightly}; but those that are {@link OnEach}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Alternating.Turns.class)
public @interface Alternating {
  /** Names of inherited tests that are as if they were {@link OnEach}. */
  String[] inherited() default {};

  /** The answer of each product is its own: the test takes every server of the class. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface OnEach {}

  /** Whose turn it is. */
  final class Turns implements ExecutionCondition {
    /** For JUnit. */
    public Turns() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<Method> test = context.getTestMethod();
      if (test.isEmpty() || onEach(test.get(), context.getRequiredTestClass())) {
        return ConditionEvaluationResult.enabled("each server of the class");
      }
      return served(context.getRequiredTestInstance()).takes(test.get().getName())
          ? ConditionEvaluationResult.enabled("its turn")
          : ConditionEvaluationResult.disabled("another server of this build runs it");
    }

    private static boolean onEach(Method test, Class<?> type) {
      Alternating some = type.getAnnotation(Alternating.class);
      return test.isAnnotationPresent(OnEach.class)
          || (some != null && List.of(some.inherited()).contains(test.getName()));
    }

    private static Served served(Object test) {
      for (Field field : test.getClass().getDeclaredFields()) {
        if (field.getType() == Served.class && field.trySetAccessible()) {
          try {
            return (Served) field.get(test);
          } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
          }
        }
      }
      throw new IllegalStateException(test.getClass() + " has no server in a field");
    }
  }
}
