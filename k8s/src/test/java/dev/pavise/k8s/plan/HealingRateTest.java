package dev.pavise.k8s.plan;

import static dev.pavise.k8s.plan.See.NOW;
import static dev.pavise.k8s.plan.See.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How often something is done, and when no more. */
final class HealingRateTest {
    static Stream<Arguments> table() {
        Duration minute = Duration.ofMinutes(1);
        return Stream.of(
                row("all is well", See.well(), true, "", ""),
                row(
                        "one of two crashes",
                        See.well().waiting("b", "CrashLoopBackOff", "Error"),
                        false,
                        "crash_loop",
                        "evict b"),
                row(
                        "all crash",
                        See.well().waiting("a", "CrashLoopBackOff", "Error").waiting("b", "CrashLoopBackOff", "Error"),
                        false,
                        "crash_loop crash_loop",
                        "restart"),
                row(
                        "all crash, and were restarted just now",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofSeconds(30)),
                        false,
                        "crash_loop crash_loop backing_off",
                        ""),
                row(
                        "all crash, and were restarted a while ago",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(minute),
                        false,
                        "crash_loop crash_loop",
                        "restart"),
                row(
                        "all crash after two restarts: twice the pause",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(5), Duration.ofSeconds(90)),
                        false,
                        "crash_loop crash_loop backing_off",
                        ""),
                row(
                        "all crash, and the budget is spent",
                        See.well()
                                .waiting("a", "CrashLoopBackOff", "Error")
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(50), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                        false,
                        "crash_loop crash_loop needs_a_human",
                        ""),
                row(
                        "the budget frees after its hour",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .healed(Duration.ofMinutes(61), Duration.ofMinutes(40), Duration.ofMinutes(30)),
                        false,
                        "crash_loop",
                        "evict b"),
                row(
                        "healed by a clock that runs ahead",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").healed(Duration.ofMinutes(-5)),
                        false,
                        "crash_loop backing_off",
                        ""),
                row(
                        "the budget is zero: nothing is done",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .change(see ->
                                        see.policy = new HealPolicy(true, 0, Duration.ofHours(1), minute, minute)),
                        false,
                        "crash_loop needs_a_human",
                        ""),
                row(
                        "healing is off",
                        See.well()
                                .waiting("b", "CrashLoopBackOff", "Error")
                                .change(see ->
                                        see.policy = new HealPolicy(false, 3, Duration.ofHours(1), minute, minute)),
                        false,
                        "crash_loop",
                        ""),
                row(
                        "somebody else wrote the history",
                        See.well().waiting("b", "CrashLoopBackOff", "Error").change(see -> see.history = "never"),
                        false,
                        "crash_loop history_unreadable",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void heals(String scenario, See see, boolean healthy, String found, String steps) {
        see.assertPlan(healthy, found, steps);
    }

    @Test
    void countsTheActInTheHistoryThatItCarries() {
        Step step = See.well()
                .waiting("b", "CrashLoopBackOff", "Error")
                .healed(Duration.ofMinutes(90), Duration.ofMinutes(10))
                .plan()
                .steps()
                .getFirst();
        String kept = String.valueOf(NOW.minus(Duration.ofMinutes(10)).getEpochSecond());
        assertEquals(kept + " " + NOW.getEpochSecond(), ((Step.Evict) step).history());
        assertEquals("uid-b", ((Step.Evict) step).uid());
    }

    @Test
    void neverActsMoreOftenThanTheBudgetWhateverIsSeen() {
        Random random = new Random(7);
        String[] reasons = {"CrashLoopBackOff", "ImagePullBackOff", "RunContainerError", "ContainerCreating", ""};
        for (int run = 0; run < 200; run++) {
            String history = "";
            int acts = 0;
            for (int minute = 0; minute < 60; minute++) {
                See see = See.well();
                see.history = history;
                for (String pod : List.of("a", "b")) {
                    String reason = reasons[random.nextInt(reasons.length)];
                    see.waiting(pod, reason, random.nextBoolean() ? "OOMKilled" : null);
                }
                if (random.nextInt(4) == 0) {
                    see.budget(random.nextBoolean());
                }
                for (Step step : see.plan().steps()) {
                    acts++;
                    history = switch (step) {
                        case Step.Evict evicted -> evicted.history();
                        case Step.Restart restarted -> restarted.history();
                        default -> throw new AssertionError(step.toString());
                    };
                }
            }
            assertTrue(acts <= HealPolicy.DEFAULT.budget(), "acts: " + acts);
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"x", " 1", "1 ", "1  2", "-1", "1,2", "123456789012", "1\n2", "\u0661"})
    void refusesAHistoryThatItDidNotWrite(String text) {
        assertTrue(HealHistory.parse(text).isEmpty());
        assertTrue(HealHistory.parse("1 ".repeat(600) + "1").isEmpty());
    }
}
