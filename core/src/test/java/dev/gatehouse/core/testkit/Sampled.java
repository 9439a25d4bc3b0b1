package dev.gatehouse.core.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Texts that a parameterized test takes one after the other: a few of many of one kind, and all of
 * them with {@code -Pengines} and {@code -Pnightly}, which set {@code engines.every}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(Sampled.Few.class)
public @interface Sampled {
  /** How many; they lie evenly among all, the first among them. */
  int few();

  String[] of();

  /** Takes them. */
  final class Few extends AnnotationBasedArgumentsProvider<Sampled> {
    /** For JUnit. */
    public Few() {}

    @Override
    protected Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context, Sampled sampled) {
      return of(sampled.few(), sampled.of().length)
          .mapToObj(index -> Arguments.of(sampled.of()[index]));
    }

    /** Which of so many a sample has, for what is no text of an annotation. */
    public static IntStream of(int few, int all) {
      return Boolean.getBoolean("engines.every") || few >= all
          ? IntStream.range(0, all)
          : IntStream.range(0, few).map(i -> i * all / few);
    }
  }
}
