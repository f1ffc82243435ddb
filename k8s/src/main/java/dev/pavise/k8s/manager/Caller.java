package dev.pavise.k8s.manager;

/**
 * A gateway, as the API server vouched for it: its service account, and the pod that its token is bound to.
 *
 * @param namespace of both
 */
record Caller(String namespace, String serviceAccount, String pod, String podUid) {
    /** As records write it. */
    String actor() {
        return "gateway:" + namespace + "/" + pod;
    }
}
