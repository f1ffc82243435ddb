package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.AuditConfig;
import dev.pavise.proxy.kubernetes.AuditStorage;
import dev.pavise.proxy.kubernetes.OwnPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The audit trail, and whether it would tell of being changed. */
final class AuditChecks {
    private AuditChecks() {}

    static void signingKey(Examined examined, Notes notes) throws IOException {
        Path key = examined.config().audit().key();
        if (Files.exists(key)) {
            OpenFiles.checkPrivate(key, "the signing key of the audit trail", notes);
        } else {
            notes.ok("the signing key of the audit trail is made at the first start, for its owner alone: " + key);
        }
    }

    static void apart(Examined examined, Notes notes) throws IOException {
        AuditConfig audit = examined.config().audit();
        List<String> beside = new ArrayList<>();
        if (onOneStore(audit.dir(), audit.key())) beside.add("signing key " + audit.key());
        if (onOneStore(audit.dir(), audit.anchor())) beside.add("anchor " + audit.anchor());
        if (beside.isEmpty()) {
            notes.ok("signing key and anchor are on another file system than the trail");
        } else {
            notes.warn(
                    "on the same file system as the trail " + audit.dir() + ": " + String.join(", ", beside)
                            + "; whoever puts back an old copy of it as a whole is not found out",
                    "set audit.key and audit.anchor to another volume, or keep checkpoints elsewhere (GET"
                            + " /v1/audit/checkpoint)");
        }
    }

    private static boolean onOneStore(Path one, Path other) throws IOException {
        return Files.getFileStore(existing(one)).equals(Files.getFileStore(existing(other)));
    }

    static void folder(Examined examined, Notes notes) throws IOException {
        Path dir = examined.config().audit().dir();
        if (Files.exists(dir)) {
            OpenFiles.checkPrivate(dir, "the audit folder", notes);
        } else {
            notes.ok("the audit folder is made at the first start: " + dir);
        }
    }

    static void durability(Examined examined, Notes notes) {
        notes.ok(
                switch (examined.config().audit().durability()) {
                    case PROCESS ->
                        "a stored record survives the end of the process, not the loss of power (audit.durability: disk"
                                + " would)";
                    case DISK -> "a stored record survives the loss of power";
                });
    }

    static void space(Examined examined, Notes notes) throws IOException {
        AuditConfig audit = examined.config().audit();
        long free = Files.getFileStore(existing(audit.dir())).getUsableSpace();
        long least = audit.lowWater().bytes();
        String found = (free >> 20) + " MiB are free for the audit trail";
        String mend = "make room on the file system of " + audit.dir();
        if (free < least) {
            notes.bad(found + ", less than audit.low_water " + audit.lowWater() + ": requests are refused", mend);
        } else if (free / 4 < least) {
            notes.warn(found + "; below audit.low_water " + audit.lowWater() + " requests are refused", mend);
        } else {
            notes.ok(found);
        }
    }

    static void lasting(Examined examined, Notes notes) {
        AuditConfig audit = examined.config().audit();
        boolean inCluster = OwnPod.of(examined.environment()).inCluster();
        Optional<String> lost = inCluster ? AuditStorage.lost(audit.dir()) : Optional.empty();
        String mend = "put audit.dir on a PersistentVolumeClaim, or set audit.ship";
        if (audit.ephemeral()) {
            notes.warn(
                    "audit.ephemeral is true: the trail may end with its container"
                            + lost.map(why -> ", and will: " + why).orElse(""),
                    mend);
        } else if (lost.isEmpty()) {
            notes.ok(
                    inCluster
                            ? "the audit folder is on a volume that outlasts the pod, as far as a pod can tell"
                            : "this is not a Kubernetes cluster, where a folder ends with its container");
        } else if (audit.ship() != null) {
            notes.ok("the audit folder ends with its container or pod (" + lost.get() + "), and records are shipped");
        } else {
            notes.bad("the audit folder would end with its container or pod: " + lost.get(), mend);
        }
    }

    /** The nearest folder above that is there already: that is where it would be made. */
    private static Path existing(Path wanted) {
        Path place = wanted.toAbsolutePath();
        while (!Files.exists(place) && place.getParent() != null) place = place.getParent();
        return place;
    }
}
