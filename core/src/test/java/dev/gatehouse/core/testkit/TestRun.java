package dev.gatehouse.core.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests in a JVM of its own, those given as {@code class#method} or {@code class}, and prints
 * {@code PASSED}, {@code FAILED} or {@code BROKEN} and the name of each; broken are tests whose
 * code could not even be loaded, which proves nothing. Why they failed is printed on stderr in
 * full. Exits with 0 when some passed and none did not.
 */
public final class TestRun {
  private TestRun() {}

  public static void main(String... tests) {
    List<ClassSelector> classes =
        Arrays.stream(tests).map(t -> t.split("#")[0]).distinct().map(c -> selectClass(c)).toList();
    Set<String> wanted = Arrays.stream(tests).collect(Collectors.toSet());
    PostDiscoveryFilter filter = test -> FilterResult.includedIf(wanted(test, wanted));
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(classes).filters(filter).build();
    Launcher launcher = LauncherFactory.create();
    Printing printing = new Printing();
    launcher.execute(request, printing);
    // A thread that a faulty engine left behind must not keep this process.
    System.exit(printing.passed > 0 && printing.failed == 0 ? 0 : 1);
  }

  private static boolean wanted(TestDescriptor test, Set<String> wanted) {
    Optional<MethodSource> method =
        test.getSource().filter(MethodSource.class::isInstance).map(MethodSource.class::cast);
    if (method.isEmpty()) {
      return true;
    }
    Set<String> classes = new HashSet<>(Set.of(method.get().getClassName()));
    // a test of a nested or inherited class belongs to the class around it as well
    for (var around = test.getParent(); around.isPresent(); around = around.get().getParent()) {
      if (around.get().getSource().orElse(null) instanceof ClassSource type) {
        classes.add(type.getClassName());
      }
    }
    boolean nightly = test.getTags().contains(TestTag.create("nightly"));
    String named = "#" + method.get().getMethodName();
    return classes.stream()
        .anyMatch(name -> wanted.contains(name + named) || (wanted.contains(name) && !nightly));
  }

  private static final class Printing implements TestExecutionListener {
    private int passed;
    private int failed;

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      Optional<Throwable> why = result.getThrowable();
      if (why.isPresent()) {
        boolean broken = why.get() instanceof LinkageError;
        System.out.println((broken ? "BROKEN " : "FAILED ") + name(test) + " " + text(why.get()));
        why.get().printStackTrace();
        failed++;
      } else if (test.isTest()) {
        System.out.println("PASSED " + name(test));
        passed++;
      }
    }

    private static String name(TestIdentifier test) {
      String method =
          test.getSource()
              .filter(MethodSource.class::isInstance)
              .map(MethodSource.class::cast)
              .map(source -> source.getClassName() + "#" + source.getMethodName())
              .orElse("");
      return method + " [" + test.getDisplayName() + "]";
    }

    /** What follows the first line is indented, so that it is not taken for a result. */
    private static String text(Throwable why) {
      return String.join("\n  ", String.valueOf(why).lines().toList());
    }
  }
}
