package dev.pavise.k8s;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal that keeps what it was told in memory, and can be broken. */
public final class RecordedJournal implements Journal {
    /** {@code intent|done|failed|found ACTION TARGET}, in order. */
    public final List<String> lines = new CopyOnWriteArrayList<>();

    public final List<Act> acts = new CopyOnWriteArrayList<>();

    /** Whether nothing can be stored. */
    public volatile boolean broken;

    @Override
    public Begun begin(Act act) throws IOException {
        write("intent", act);
        acts.add(act);
        return new Begun() {
            @Override
            public void done(Map<String, String> metadata) throws IOException {
                write("done", act);
            }

            @Override
            public void failed(String why) throws IOException {
                write("failed", act);
            }
        };
    }

    @Override
    public void found(Act act) throws IOException {
        write("found", act);
        acts.add(act);
    }

    private void write(String phase, Act act) throws IOException {
        if (broken) {
            throw new IOException("no space");
        }
        lines.add(phase + " " + act.action() + " " + act.target());
    }
}
