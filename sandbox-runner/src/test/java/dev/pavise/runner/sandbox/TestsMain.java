package dev.pavise.runner.sandbox;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the classes of tests that it is named, in whatever process and as whatever user it was started; ends with 0 if all hold. */
final class TestsMain {
    private TestsMain() {}

    public static void main(String[] names) {
        SummaryGeneratingListener seen = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Arrays.stream(names)
                                        .map(DiscoverySelectors::selectClass)
                                        .toList())
                                .build(),
                        seen);
        TestExecutionSummary summary = seen.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, System.out.charset()), 5);
        System.out.println("passed " + summary.getTestsSucceededCount() + ", failed " + summary.getTotalFailureCount()
                + ", skipped " + (summary.getTestsSkippedCount() + summary.getTestsAbortedCount()));
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
