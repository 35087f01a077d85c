{{/* "true" where the chart makes the API key with which projects ask the gateways. */}}
{{- define "segmentation.makesProjectsKey" -}}
{{- $identity := .Values.identity }}
{{- $isOwn := and $identity.firstKey.create (not $identity.existingSecret) }}
{{- if and .Values.projects.enabled $isOwn (not .Values.projects.gateway.existingSecret) }}true{{ end }}
{{- end }}

{{/* The claim of the volume with pictures. */}}
{{- define "segmentation.projectsClaim" -}}
{{- .Values.projects.store.volume.existingClaim | default (include "segmentation.name" (dict "root" . "tier" "projects")) }}
{{- end }}

{{- define "segmentation.databaseSecret" -}}
{{- .Values.projects.database.existingSecret | default (printf "%s-postgresql" (include "segmentation.fullname" .)) }}
{{- end }}

{{- define "segmentation.databaseHost" -}}
{{- if .Values.projects.database.builtIn.enabled }}
{{- include "segmentation.name" (dict "root" . "tier" "postgresql") }}
{{- else }}
{{- .Values.projects.database.host }}
{{- end }}
{{- end }}

{{- define "segmentation.databaseImage" -}}
{{- $image := .Values.projects.database.image }}
{{- $image.repository }}:{{ $image.tag }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The database, as projects read it. The password is in the variable that every client of PostgreSQL knows. */}}
{{- define "segmentation.databaseEnv" -}}
{{- $database := .Values.projects.database }}
{{- $parts := list (printf "Host=%s" (include "segmentation.databaseHost" .)) (printf "Port=%d" (int $database.port)) }}
{{- $parts = append $parts (printf "Database=%s" $database.name) }}
{{- $parts = append $parts (printf "Username=%s" $database.user) }}
{{- if not $database.builtIn.enabled }}{{ $parts = append $parts (printf "SSL Mode=%s" $database.sslMode) }}{{ end }}
- name: Segmentation__Projects__ConnectionString
  value: {{ join ";" $parts | quote }}
- name: PGPASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "segmentation.databaseSecret" . }}, key: {{ $database.passwordKey }}}}
{{- end }}

{{/* Variables of projects besides those that all programs have. */}}
{{- define "segmentation.projectsEnv" -}}
{{- $projects := .Values.projects }}
{{- $scheme := ternary "https" "http" (ne (include "segmentation.publicTls" .) "") }}
{{- $gateway := include "segmentation.name" (dict "root" . "tier" "gateway") }}
{{- $address := printf "%s://%s:%d" $scheme $gateway (int .Values.gateway.service.grpcPort) }}
{{ include "segmentation.databaseEnv" . }}
- name: Segmentation__Projects__Migrate
  value: Never
- name: TMPDIR
  value: /scratch
- name: Segmentation__Projects__Gateway__Address
  value: {{ $projects.gateway.address | default $address | quote }}
{{- with $projects.store.s3 }}
{{- if .bucket }}
- name: Segmentation__Projects__Store__Bucket
  value: {{ .bucket | quote }}
{{- range $key, $value := dict "Prefix" .prefix "Endpoint" .endpoint "Region" .region }}
{{- with $value }}
- name: Segmentation__Projects__Store__{{ $key }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .existingSecret }}
- name: Segmentation__Projects__Store__AccessKeyId
  valueFrom: {secretKeyRef: {name: {{ . }}, key: {{ $projects.store.s3.accessKeyIdKey }}}}
{{- end }}
{{- else }}
- name: Segmentation__Projects__DataFolder
  value: /data
{{- end }}
{{- end }}
{{- end }}

{{/* Files of projects, in the form of segmentation.files. */}}
{{- define "segmentation.projectsFiles" -}}
{{- $projects := .Values.projects }}
{{- if $projects.gateway.existingSecret }}
- {volume: gateway-key, secret: {{ $projects.gateway.existingSecret }}, items: { {{- $projects.gateway.key | quote }}: key}}
{{- else if include "segmentation.makesProjectsKey" . }}
- {volume: gateway-key, secret: {{ include "segmentation.keysSecret" . }}, items: {projects-key: key}}
{{- end }}
{{- with $projects.gateway.authorities }}
{{- if .existingSecret }}
- {volume: gateway-authorities, secret: {{ .existingSecret }}, items: { {{- .key | quote }}: ca.crt}}
{{- end }}
{{- end }}
{{- with $projects.store.s3 }}
{{- if and .bucket .existingSecret }}
- {volume: store-secret, secret: {{ .existingSecret }}, items: { {{- .secretAccessKeyKey | quote }}: secret}}
{{- end }}
{{- if and .bucket .authorities.existingSecret }}
- {volume: store-authorities, secret: {{ .authorities.existingSecret }}, items: { {{- .authorities.key | quote }}: ca.crt}}
{{- end }}
{{- end }}
{{- end }}

{{/*
Brings the tables up to date before the program of the same version starts. Every pod has one: the first to come takes a
lock in the database, the others wait for it and find nothing left to do.
*/}}
{{- define "segmentation.migration" -}}
{{- $root := .root }}
- name: migrate
  image: {{ include "segmentation.image" . | quote }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  command: [/app/service, migrate]
  securityContext:
    {{- include "segmentation.containerSecurity" $root | nindent 4 }}
  env:
    {{- include "segmentation.databaseEnv" $root | trim | nindent 4 }}
  resources:
    {{- include "segmentation.quantities" $root.Values.projects.migration.resources | trim | nindent 4 }}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
{{- end }}

{{/* Faults of the values of projects, in the form of _checks.tpl. */}}
{{- define "segmentation.projectsChecks" -}}
{{- $projects := .Values.projects }}
{{- if $projects.enabled }}
{{- $database := $projects.database }}
{{- if and $database.builtIn.enabled $database.host }}
- projects.database.builtIn.enabled is true and projects.database.host is set: there is one database. Remove one.
{{ end }}
{{- if not (or $database.builtIn.enabled $database.host) }}
- projects.database.host is empty: name your PostgreSQL server, or set projects.database.builtIn.enabled=true to try
  projects with a server of the chart, one pod without a copy.
{{ end }}
{{- if and $database.host (not $database.existingSecret) }}
- projects.database.existingSecret is empty: name the Secret with the password of {{ $database.user }} at
  {{ $database.host }}.
{{ end }}
{{- $volume := $projects.store.volume }}
{{- if and $projects.store.s3.bucket $volume.existingClaim }}
- projects.store.s3.bucket and projects.store.volume.existingClaim are both set: pictures are in one place. Remove one.
{{ end }}
{{- $isSurge := ne "0" (toString $projects.rollout.maxSurge) }}
{{- $isMore := or $projects.autoscaling.enabled (gt (int $projects.replicas) 1) $isSurge }}
{{- $isShared := or $projects.store.s3.bucket $volume.existingClaim (has "ReadWriteMany" $volume.accessModes) }}
{{- if and $isMore (not $isShared) }}
- projects.store.volume.accessModes lets one node write: set projects.replicas=1, projects.rollout.maxSurge=0 and
  projects.rollout.maxUnavailable=1, or use ReadWriteMany, or a bucket in projects.store.s3.
{{ end }}
{{- $upload := dig "Projects" "Transfers" "MaxUploadBytes" 68719476736 $projects.options | int64 }}
{{- if lt (include "segmentation.bytes" $projects.scratch.size | int64) $upload }}
- projects.scratch.size is {{ $projects.scratch.size }}, but an upload for an import may have {{ $upload }} bytes, which are
  copied there: raise it, or lower projects.options.Projects.Transfers.MaxUploadBytes.
{{ end }}
{{- $hasKey := or $projects.gateway.existingSecret (include "segmentation.makesProjectsKey" .) }}
{{- if not (or $hasKey .Values.identity.allowAnonymous) }}
- projects.gateway.existingSecret is empty: make an API key with the scopes segment, upload, everything and impersonate
  (segctl keys create) and name its Secret, so that projects may ask the gateways for masks.
{{ end }}
{{- end }}
{{- end }}
