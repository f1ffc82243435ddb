package dev.pavise.k8s.certificate;

import dev.pavise.k8s.act.Act;
import dev.pavise.k8s.act.Journal;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is recorded in memory, or takes nothing. */
final class FakeJournal implements Journal {
    final List<String> lines = new CopyOnWriteArrayList<>();
    volatile boolean full;

    @Override
    public Begun begin(Act act) throws IOException {
        if (full) {
            throw new IOException("the audit log takes no record: low_space");
        }
        lines.add("intent " + act);
        return new Begun() {
            @Override
            public void done(Map<String, String> metadata) {
                lines.add("success " + act.target() + " " + metadata);
            }

            @Override
            public void failed(String why) {
                lines.add("failure " + act.target() + " " + why);
            }
        };
    }

    @Override
    public void found(Act act) {
        lines.add("found " + act);
    }

    List<String> of(String word) {
        return lines.stream().filter(each -> each.startsWith(word)).toList();
    }
}
