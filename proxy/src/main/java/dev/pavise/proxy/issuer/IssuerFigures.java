package dev.pavise.proxy.issuer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What is counted of one issuer, under its name, for as long as the gateway lives. */
public final class IssuerFigures {
    private final Map<Fetched.Result, LongAdder> fetches = new EnumMap<>(Fetched.Result.class);
    private volatile IssuerClock age = () -> Double.NaN;

    IssuerFigures() {
        for (Fetched.Result result : Fetched.Result.values()) {
            fetches.put(result, new LongAdder());
        }
    }

    /** Tells an age in seconds. */
    interface IssuerClock {
        double seconds();
    }

    void count(Fetched.Result result) {
        LongAdder counted = fetches.get(result);
        if (counted != null) {
            counted.increment();
        }
    }

    void age(IssuerClock now) {
        age = now;
    }

    /** The results that are told apart. */
    public static List<String> results() {
        return Stream.of(Fetched.Result.values()).map(Fetched.Result::code).toList();
    }

    /** How many fetches had this result. */
    public double fetches(String result) {
        return fetches.entrySet().stream()
                .filter(each -> each.getKey().code().equals(result))
                .mapToLong(each -> each.getValue().sum())
                .sum();
    }

    /** How long ago the keys were fetched, in seconds; not a number where there are none. */
    public double keysAgeSeconds() {
        return age.seconds();
    }
}
