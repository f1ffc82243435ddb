package dev.pavise.k8s.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * When a Deployment was healed. It stands in an annotation of the Deployment itself, as seconds since 1970 with a blank between, so that a new leader does not begin
 * anew what the old one gave up. It is written before the act that it counts.
 */
public final class HealHistory {
    /** The annotation. */
    public static final String ANNOTATION = "pavise.dev/heal-history";

    private static final int LONGEST = 1024;
    private static final int MOST = HealPolicy.MOST_BUDGET + 2;
    private static final Pattern FORM = Pattern.compile("(\\d{1,11}( \\d{1,11})*)?");

    private final List<Instant> acts;

    private HealHistory(List<Instant> acts) {
        this.acts = List.copyOf(acts);
    }

    /** Empty where somebody else wrote what cannot be read: then nothing may be done. */
    public static Optional<HealHistory> parse(String text) {
        if (text.length() > LONGEST || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        List<Instant> acts = new ArrayList<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            acts.add(Instant.ofEpochSecond(Long.parseLong(each)));
        }
        return Optional.of(new HealHistory(acts.stream().sorted().toList()));
    }

    /** With one more act, without those that count no more. */
    public HealHistory with(Instant now, HealPolicy policy) {
        List<Instant> kept = new ArrayList<>(recent(now, policy));
        kept.add(now);
        return new HealHistory(kept.subList(Math.max(0, kept.size() - MOST), kept.size()));
    }

    // One from a clock that runs ahead counts as well.
    private List<Instant> recent(Instant now, HealPolicy policy) {
        Instant from = now.minus(policy.window());
        return acts.stream().filter(each -> each.isAfter(from)).toList();
    }

    /** Whether the budget of the window is spent. */
    boolean spent(Instant now, HealPolicy policy) {
        return recent(now, policy).size() >= policy.budget();
    }

    /** How long to wait before the next act; zero where it may be now. */
    Duration toWait(Instant now, HealPolicy policy) {
        List<Instant> recent = recent(now, policy);
        if (recent.isEmpty()) {
            return Duration.ZERO;
        }
        Duration pause = policy.backOff().multipliedBy(1L << Math.min(recent.size() - 1, MOST));
        Duration left = Duration.between(now, recent.getLast().plus(pause));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** As the annotation has it. */
    @Override
    public String toString() {
        return acts.stream().map(each -> String.valueOf(each.getEpochSecond())).collect(Collectors.joining(" "));
    }
}
