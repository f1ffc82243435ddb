package dev.pavise.proxy.doctor;

/** What the machine gives, and what stands around it. */
final class MachineChecks {
    /** Log, libraries, listeners and what the JVM keeps open. */
    private static final int OTHERS = 200;

    private MachineChecks() {}

    /** A request takes a connection of the client and one to the upstream. */
    static void openFiles(Examined examined, Notes notes) {
        long needed = 2L * examined.config().limits().connections() + OTHERS;
        if (examined.openFiles() < needed) {
            notes.warn(
                    "a process of this user may open " + examined.openFiles()
                            + " files, and limits.connections asks for " + needed,
                    "raise the limit (ulimit -n, LimitNOFILE=) to " + needed + ", or lower limits.connections");
        } else {
            notes.ok("enough files may be open for limits.connections");
        }
    }

    static void networkPolicy(Examined examined, Notes notes) {
        String cluster = examined.environment().get("KUBERNETES_SERVICE_HOST");
        if (cluster == null || cluster.isBlank()) {
            notes.notApplicable("this is not a Kubernetes cluster");
        } else if (examined.config().kubernetes().manager() != null) {
            notes.warn(
                    "this is a Kubernetes cluster with a manager, which keeps the NetworkPolicy pavise-injected in"
                            + " namespaces with injection; from inside the pod nobody can tell whether it is enforced",
                    "see that it is there (kubectl get networkpolicy), that the cluster's network enforces such, and that"
                            + " the application listens on 127.0.0.1 where it can");
        } else {
            notes.warn(
                    "this is a Kubernetes cluster; from inside the pod nobody can tell whether a NetworkPolicy is there",
                    "let nobody but the gateway reach the upstreams: a NetworkPolicy, or listen on 127.0.0.1 in its pod");
        }
    }
}
