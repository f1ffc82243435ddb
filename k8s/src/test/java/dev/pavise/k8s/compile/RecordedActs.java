package dev.pavise.k8s.compile;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what is done, or refuses to; fails as nobody expects where a namespace is {@link #buggy}. */
final class RecordedActs implements Journal {
    final List<Act> begun = new CopyOnWriteArrayList<>();
    final List<String> ended = new CopyOnWriteArrayList<>();
    volatile boolean full;
    volatile String buggy = "";

    @Override
    public Begun begin(Act act) throws IOException {
        if (full) throw new IOException("no space is left");
        if (act.target().namespace().equals(buggy)) throw new IllegalStateException("a bug");
        begun.add(act);
        return new Begun() {
            @Override
            public void done(Map<String, String> metadata) {
                ended.add("done");
            }

            @Override
            public void failed(String why) {
                ended.add(why);
            }
        };
    }

    @Override
    public void found(Act act) {
        begun.add(act);
    }
}
