package dev.pavise.auditlog.export;

import java.util.ArrayList;
import java.util.List;

/** What an export could not write, with the numbers of the records; the first of them in words, all of them counted. */
public final class Flaws {
    private static final int TOLD = 100;

    private final List<String> texts = new ArrayList<>();
    private long count;

    Flaws() {}

    void missing(long from, long to, String damage) {
        String what = from + 1 == to
                ? "record " + from + " is missing"
                : "records " + from + " to " + (to - 1) + " are missing";
        add(damage.isEmpty() ? what : what + ": " + damage);
    }

    void unfit(long seq, String why) {
        add("record " + seq + " is left out: " + why);
    }

    /** What an earlier part of the same export came upon. */
    void earlier(long flaws) {
        if (flaws > 0) {
            texts.add(flaws + " more were told before the export was taken up again");
            count += flaws;
        }
    }

    private void add(String text) {
        if (count++ < TOLD) {
            texts.add(text);
        }
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** The first hundred, for people. */
    public List<String> texts() {
        return List.copyOf(texts);
    }
}
