{{/* Environment of a tier's program. */}}
{{- define "segmentation.env" -}}
{{- include "segmentation.ownEnv" . }}
{{- with (index .root.Values .tier).extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Variables that the chart sets. */}}
{{- define "segmentation.ownEnv" -}}
{{- $root := .root }}
{{- $values := index $root.Values .tier }}
{{- if eq .tier "decoder" }}
- name: Segmentation__Silo__AdvertisedAddress
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- name: Segmentation__Silo__DrainTimeout
  value: {{ include "segmentation.timeSpan" $values.drainSeconds | quote }}
{{- else }}
- name: Segmentation__Endpoints__Address
  value: 0.0.0.0
- name: DOTNET_SHUTDOWNTIMEOUTSECONDS
  value: {{ $values.drainSeconds | quote }}
{{- end }}
- name: Segmentation__Endpoints__OperatorAddress
  value: 0.0.0.0
- name: Segmentation__Cluster__Id
  value: {{ include "segmentation.clusterId" $root | quote }}
{{- if eq .tier "projects" }}
- name: Segmentation__Projects__Silo__AdvertisedAddress
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
{{- include "segmentation.projectsEnv" $root }}
{{- end }}
{{- if ne .tier "encoder" }}
{{- include "segmentation.redisEnv" (dict "root" $root "role" "cluster" "name" "Segmentation__Redis__Cluster") }}
{{- end }}
{{- if ne .tier "projects" }}
{{- include "segmentation.redisEnv" (dict "root" $root "role" "cache" "name" "Segmentation__Redis__Cache") }}
{{- end }}
{{- if eq .tier "gateway" }}
- name: Segmentation__Encoders__Address
  value: dns:///{{ include "segmentation.name" (dict "root" $root "tier" "encoder") }}:7090
{{- with include "segmentation.startSeconds" $root }}
- name: Segmentation__Encoders__StartTimeout
  value: {{ include "segmentation.timeSpan" (int .) | quote }}
{{- end }}
{{- if include "segmentation.scaler" $root }}
- name: Segmentation__Scaling__Address
  value: 0.0.0.0
- name: Segmentation__Scaling__Port
  value: "7083"
{{- end }}
{{- if $root.Values.projects.enabled }}
- name: Segmentation__Projects__Address
  value: http://{{ include "segmentation.name" (dict "root" $root "tier" "projects") }}:7095
{{- end }}
- name: Segmentation__Hosts__Allowed
  value: {{ include "segmentation.hosts" $root | quote }}
{{- include "segmentation.identityEnv" $root }}
{{- end }}
{{- include "segmentation.fileEnv" . }}
{{- if eq .tier "encoder" }}
- name: Segmentation__Encoder__Provider
  value: {{ $values.provider }}
{{- with $values.pluginLibrary }}
- name: Segmentation__Encoder__PluginLibrary
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- if ne .tier "projects" }}
- name: Segmentation__Model__Id
  value: {{ $root.Values.model.id | quote }}
{{- with $root.Values.model.others }}
- name: Segmentation__Model__Others
  value: {{ join "," . | quote }}
{{- end }}
{{- if include "segmentation.modelVolume" $root }}
- name: Segmentation__Model__Root
  value: /models
{{- end }}
{{- end }}
{{- include "segmentation.optionsEnv" $root.Values.options }}
{{- include "segmentation.optionsEnv" $values.options }}
{{- with $root.Values.telemetry.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- if ne (float64 $root.Values.telemetry.traceRatio) 1.0 }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ include "segmentation.number" $root.Values.telemetry.traceRatio | quote }}
{{- end }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $root.Release.Namespace }},k8s.pod.name=$(POD_NAME)
{{- end }}
{{- end }}

{{/* Names under which browsers may reach the gateways: the Service's own, those of its HTTP routes, and the values'. */}}
{{- define "segmentation.hosts" -}}
{{- $service := include "segmentation.name" (dict "root" . "tier" "gateway") }}
{{- $inNamespace := printf "%s.%s" $service .Release.Namespace }}
{{- $hosts := list $service $inNamespace (printf "%s.svc" $inNamespace) (printf "%s.svc.cluster.local" $inNamespace) }}
{{- with .Values.gateway.ingress.http }}{{ if .enabled }}{{ $hosts = concat $hosts .hosts }}{{ end }}{{ end }}
{{- with .Values.gateway.routes.http }}{{ if .enabled }}{{ $hosts = concat $hosts .hostnames }}{{ end }}{{ end }}
{{- concat $hosts .Values.gateway.allowedHosts | uniq | join "," }}
{{- end }}

{{/* Who may call, besides the holders of API keys. */}}
{{- define "segmentation.identityEnv" -}}
{{- $identity := .Values.identity }}
{{- if $identity.allowAnonymous }}
- name: Segmentation__Identity__AllowAnonymous
  value: "true"
{{- end }}
{{- with $identity.trustedProxies }}
- name: Segmentation__Identity__TrustedProxies
  value: {{ join ", " . | quote }}
{{- end }}
{{- with $identity.clientCertificates }}
{{- if .enabled }}
- name: Segmentation__Identity__ClientCertificates__Enabled
  value: "true"
- name: Segmentation__Identity__ClientCertificates__TenantField
  value: {{ .tenantField | quote }}
- name: Segmentation__Identity__ClientCertificates__Scopes
  value: {{ join "," .scopes | quote }}
- name: Segmentation__Identity__ClientCertificates__Proxies
  value: {{ join "," .proxies | quote }}
{{- end }}
{{- end }}
{{- if $identity.jwt.authority }}
{{- range $key, $value := $identity.jwt }}
- name: Segmentation__Identity__Jwt__{{ title $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* {Section: {Key: value}} as the programs read it. */}}
{{- define "segmentation.optionsEnv" -}}
{{- include "segmentation.sectionEnv" (dict "name" "Segmentation" "section" .) }}
{{- end }}

{{/* A section of options and the sections within it. */}}
{{- define "segmentation.sectionEnv" -}}
{{- $name := .name }}
{{- range $key, $value := .section }}
{{- if kindIs "map" $value }}
{{- include "segmentation.sectionEnv" (dict "name" (printf "%s__%s" $name $key) "section" $value) }}
{{- else }}
- name: {{ $name }}__{{ $key }}
  value: {{ include "segmentation.number" $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
A connection string: taken whole from a Secret, or composed here. The password of the built-in servers is in a file, that of
each other server comes from a Secret (the kubelet replaces $(NAME)).
*/}}
{{- define "segmentation.redisEnv" -}}
{{- $redis := .root.Values.redis }}
{{- $external := $redis.external }}
{{- $password := printf "REDIS_%s_PASSWORD" (upper .role) }}
{{- $secret := "" }}
{{- $key := "" }}
{{- $text := printf "%s-redis-%s:6379" (include "segmentation.fullname" .root) .role }}
{{- if include "segmentation.redisTls" .root }}{{ $text = printf "%s,ssl=true" $text }}{{ end }}
{{- if not $redis.builtIn.enabled }}
{{- $server := index $external .role }}
{{- $secret = $server.existingSecret }}
{{- $key = $server.passwordKey }}
{{- $text = printf "%s,defaultDatabase=%d" $server.address (int $server.database) }}
{{- if $server.tls }}{{ $text = printf "%s,ssl=true" $text }}{{ end }}
{{- with $server.user }}{{ $text = printf "%s,user=%s" $text . }}{{ end }}
{{- end }}
{{- if $secret }}{{ $text = printf "%s,password=$(%s)" $text $password }}{{ end }}
{{- if and (not $redis.builtIn.enabled) $external.existingSecret }}
- name: {{ .name }}
  valueFrom: {secretKeyRef: {name: {{ $external.existingSecret }}, key: {{ index $external (printf "%sKey" .role) }}}}
{{- else }}
{{- with $secret }}
- name: {{ $password }}
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $key }}}}
{{- end }}
- name: {{ .name }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
