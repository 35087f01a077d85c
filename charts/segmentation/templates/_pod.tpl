{{- define "segmentation.podSecurity" -}}
runAsNonRoot: true
{{- range $field, $id := .Values.podSecurity }}
{{- if not (kindIs "invalid" $id) }}
{{ $field }}: {{ int64 $id }}
{{- end }}
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "segmentation.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Scheduling of a pod: (dict "root" $ "values" <the tier's>). */}}
{{- define "segmentation.scheduling" -}}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- include "segmentation.pullSecrets" .root }}
{{- end }}

{{- define "segmentation.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "segmentation.topologySpread" -}}
{{- $context := . }}
{{- $spread := (index .root.Values .tier).topologySpread }}
{{- range $key, $what := dict "topology.kubernetes.io/zone" $spread.zone "kubernetes.io/hostname" $spread.node }}
{{- with $what }}
- topologyKey: {{ $key }}
  maxSkew: 1
  whenUnsatisfiable: {{ . }}
  labelSelector:
    matchLabels:
      {{- include "segmentation.selector" $context | nindent 6 }}
  {{- /* Counts only the pods of one rollout. */}}
  {{- if include "segmentation.since" (dict "root" $context.root "version" "1.27") }}
  matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Liveness asks /healthz, which answers as long as the process runs: a restart would not bring Redis or a silo back.
Readiness asks /readyz, which also checks dependencies. A program listens only after its start-up is complete, on the
operators' port last, which never has TLS.
*/}}
{{- define "segmentation.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: operators}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: {{ div (add .startupSeconds 1) 2 }}
readinessProbe:
  httpGet: {path: /readyz, port: operators}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 2
livenessProbe:
  httpGet: {path: /healthz, port: operators}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/* Silos need none: a silo that drains goes on answering and says so in its answers, so gateways switch over. */}}
{{- define "segmentation.preStop" -}}
{{- with (index .root.Values .tier).preStop }}
{{- if .seconds }}
{{- if include "segmentation.since" (dict "root" $.root "version" "1.30") }}
lifecycle:
  preStop:
    sleep: {seconds: {{ .seconds }}}
{{- else if .command }}
lifecycle:
  preStop:
    exec: {command: {{ toJson .command }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The volume that models come from; empty: the images' own folder. */}}
{{- define "segmentation.modelVolume" -}}
{{- with .Values.model.volume }}
{{- if .existingClaim }}
persistentVolumeClaim: {claimName: {{ .existingClaim }}, readOnly: true}
{{- else if .image.reference }}
image:
  {{- toYaml .image | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* A GPU is a limit, and its request is the same. */}}
{{- define "segmentation.resources" -}}
{{- $values := index .root.Values .tier }}
{{- $resources := deepCopy $values.resources }}
{{- if and (eq .tier "encoder") $values.gpu.enabled }}
{{- $_ := set $resources.requests $values.gpu.resource $values.gpu.count }}
{{- $_ := set $resources.limits $values.gpu.resource $values.gpu.count }}
{{- end }}
{{- include "segmentation.quantities" $resources }}
{{- end }}

{{/* Server-side apply takes quantities as text only. */}}
{{- define "segmentation.quantities" -}}
{{- range $kind, $quantities := . }}
{{ $kind }}:
{{- range $name, $quantity := $quantities }}
  {{ $name }}: {{ include "segmentation.number" $quantity | quote }}
{{- end }}
{{- end }}
{{- end }}
