{{/* Most templates take (dict "root" $ "tier" "gateway"): the root context, and which tier is meant. */}}

{{- define "segmentation.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- .Values.fullnameOverride | default $full | trunc 48 | trimSuffix "-" }}
{{- end }}

{{/* Name of a tier's objects. */}}
{{- define "segmentation.name" -}}
{{ include "segmentation.fullname" .root }}-{{ .tier }}{{ with .pool }}-{{ . }}{{ end }}
{{- end }}

{{- define "segmentation.selector" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .tier }}
{{- with .pool }}
segmentation/pool: {{ . }}
{{- end }}
{{- end }}

{{- define "segmentation.labels" -}}
{{ include "segmentation.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* No pod label changes with the chart's version, so that an upgrade restarts only the pods that it changes. */}}
{{- define "segmentation.podLabels" -}}
{{ include "segmentation.selector" . }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "segmentation.metadata" -}}
name: {{ include "segmentation.name" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "segmentation.labels" . | nindent 2 }}
{{- end }}

{{- define "segmentation.serviceAccount" -}}
{{- if .root.Values.serviceAccounts.create }}
{{- include "segmentation.name" (dict "root" .root "tier" .tier) }}
{{- else }}
{{- .root.Values.serviceAccounts.name }}
{{- end }}
{{- end }}

{{/* A tier's image; the encoder's has another tag where it runs on a GPU. */}}
{{- define "segmentation.image" -}}
{{- $values := index .root.Values .tier }}
{{- $image := .root.Values.image }}
{{- $tag := $values.image.tag | default $image.tag | default .root.Chart.AppVersion }}
{{- if and (eq .tier "encoder") $values.gpu.enabled }}
{{- $tag = printf "%s%s" $tag $values.gpu.tagSuffix }}
{{- end }}
{{- with $image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $values.image.repository }}:{{ $tag }}
{{- with $values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "segmentation.redisImage" -}}
{{- $image := .Values.redis.builtIn.image }}
{{- $image.repository }}:{{ $image.tag }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Ports that the programs listen on by default. */}}
{{- define "segmentation.ports" -}}
{{- $ports := dict
  "gateway" (dict "grpc" 7080 "http" 7081 "operators" 7082)
  "decoder" (dict "silo" 11111 "orleans" 30000 "http" 7101 "operators" 7102)
  "encoder" (dict "grpc" 7090 "http" 7091 "operators" 7092)
  "projects" (dict "grpc" 7095 "http" 7096 "operators" 7097 "silo" 11112)
  "postgresql" (dict "postgresql" 5432) }}
{{- index $ports . | toYaml }}
{{- end }}
