{{/* Labels of every object. The argument: {root, component}. */}}
{{- define "pavise.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: pavise
{{ include "pavise.selector" . }}
{{- end }}

{{/* What never changes of them. */}}
{{- define "pavise.selector" -}}
app.kubernetes.io/name: pavise-{{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* name, or name@digest. The argument: {root, image}. */}}
{{- define "pavise.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "pavise.seccomp" -}}
type: {{ .Values.seccompProfile.type }}
{{- if eq .Values.seccompProfile.type "Localhost" }}
localhostProfile: {{ required "seccompProfile.localhostProfile: name the file of the profile in the kubelet's folder" .Values.seccompProfile.localhostProfile }}
{{- end }}
{{- end }}

{{/* Of a pod. The argument: {root, user}. Files keep their modes on a volume that was handed over once: some of them have to stay 0600. */}}
{{- define "pavise.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  {{- include "pavise.seccomp" .root | nindent 2 }}
{{- end }}

{{- define "pavise.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where pods go. The argument: {root, component, of}. */}}
{{- define "pavise.placement" -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "pavise.selector" . | nindent 14 }}
{{- with .of.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Refuses an audit trail that nothing keeps, and one that is kept by a claim and said to be lost. The argument: {where, audit, claim}. */}}
{{- define "pavise.checkAudit" -}}
{{- if and .audit.ephemeral .claim }}
{{- fail (printf "%s.audit: ephemeral says that records end with the pod, and a claim keeps them; choose: set %s to keep none" .where .claimKey) }}
{{- end }}
{{- if and .audit.ephemeral .audit.kafka }}
{{- fail (printf "%s.audit: ephemeral says that records end with the pod, and kafka keeps them; choose one" .where) }}
{{- end }}
{{- if not (or .claim .audit.kafka .audit.ephemeral) }}
{{- fail (printf "%s.audit: nothing keeps the records; name a claim, kafka, or say ephemeral: true to lose them with the pod" .where) }}
{{- end }}
{{- end }}

{{/* An audit folder has one writer, so a claim holds one replica. The argument: {where, of}. */}}
{{- define "pavise.checkReplicas" -}}
{{- if and (gt (int .of.replicas) 1) .of.audit.claim.enabled }}
{{- fail (printf "%s.replicas: %d would write one audit folder on one claim; set %s.audit.claim.enabled=false and %s.audit.kafka, or ephemeral" .where (int .of.replicas) .where .where) }}
{{- end }}
{{- end }}

{{/* The section `audit` of a configuration file, as YAML. The argument: {audit, dir}. */}}
{{- define "pavise.auditSection" -}}
retention: {max_size: {{ .audit.maxSize }}}
{{- with .dir }}
dir: {{ . }}
{{- end }}
{{- if .audit.ephemeral }}
ephemeral: true
{{- end }}
{{- with .audit.kafka }}
ship:
  kafka:
    {{- toYaml (omit . "secret") | nindent 4 }}
    {{- if .secret }}
    ca: /etc/pavise/kafka/ca.crt
    {{- end }}
{{- end }}
{{- end }}

{{/* The volume of data and audit. The argument: {root, name, audit}. */}}
{{- define "pavise.dataVolume" -}}
- name: data
{{- if .audit.claim.enabled }}
  persistentVolumeClaim:
    claimName: {{ .audit.claim.existing | default .name }}
{{- else }}
  emptyDir:
    sizeLimit: {{ .sizeLimit | default "2Gi" }}
{{- end }}
{{- with (.audit.kafka).secret }}
- name: kafka
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{/* The argument: {root, component, name, claim}. */}}
{{- define "pavise.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "pavise.labels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  {{- with .claim.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .claim.size }}
{{- end }}

{{/* Rules of NetworkPolicies. The argument of each: root. */}}
{{- define "pavise.toDns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace }}
      podSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.dns.podLabels | nindent 10 }}
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end }}

{{- define "pavise.toApiServer" -}}
- ports:
    {{- range .Values.networkPolicy.apiServer.ports }}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
  {{- with .Values.networkPolicy.apiServer.cidrs }}
  to:
    {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "pavise.monitoring" -}}
- namespaceSelector:
    matchLabels:
      {{- toYaml .Values.networkPolicy.monitoring.namespaceLabels | nindent 6 }}
  podSelector:
    matchLabels:
      {{- toYaml .Values.networkPolicy.monitoring.podLabels | nindent 6 }}
{{- end }}

{{/* Pods with a sidecar, wherever they are, and the gateway beside them: who may call manager and runner. */}}
{{- define "pavise.gateways" -}}
- namespaceSelector: {}
  podSelector:
    matchLabels:
      pavise.dev/injected: "true"
{{- if .Values.gateway.enabled }}
- podSelector:
    matchLabels:
      {{- include "pavise.selector" (dict "root" . "component" "gateway") | nindent 6 }}
{{- end }}
{{- end }}

{{/* Whether sidecars can have tools run: there is a runner, and somebody who may sign. Their folder for content is small, see their volumes. */}}
{{- define "pavise.tools" -}}
{{- if and .Values.runner.enabled (or .Values.runner.trustedKeys .Values.runner.existingTrustedKeys) }}true{{ end -}}
{{- end }}

{{/* What every sidecar begins with: the base, where manager and audit trail are, and what the values add. */}}
{{- define "pavise.base" -}}
{{- $base := .Files.Get "files/gateway.yaml" | fromYaml }}
{{- $written := dict
      "audit" (include "pavise.auditSection" (dict "audit" .Values.sidecar.audit) | fromYaml)
      "kubernetes" (dict "manager" (dict
        "url" (printf "https://pavise-manager.%s.svc:8443" .Release.Namespace)
        "ca" "/etc/pavise/tls/ca.crt"
        "token" "/var/run/secrets/pavise/token")) }}
{{- if include "pavise.tools" . }}
{{- $_ := set $written "tools" (dict
      "trusted_keys" "/etc/pavise/trusted-keys"
      "runner" (dict
        "url" (printf "https://pavise-runner.%s.svc:8444" .Release.Namespace)
        "ca" "/etc/pavise/tls/ca.crt"
        "cert" "/etc/pavise/tls/tls.crt"
        "key" "/etc/pavise/tls/tls.key")
      "content" (dict "max_size" "32MiB" "max_total" "128MiB")) }}
{{- end }}
{{- toYaml (mergeOverwrite $base $written .Values.sidecar.config) }}
{{- end }}
