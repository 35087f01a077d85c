{{/* Any of the three tiers: (dict "root" $ "tier" "gateway"). */}}
{{- define "segmentation.deployment" -}}
{{- $root := .root }}
{{- $values := index $root.Values .tier }}
{{- $isScaled := or $values.autoscaling.enabled (and (eq .tier "encoder") $values.keda.enabled) }}
{{- $modelVolume := "" }}
{{- if ne .tier "projects" }}{{ $modelVolume = include "segmentation.modelVolume" $root }}{{ end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "segmentation.metadata" . | nindent 2 }}
spec:
  {{- if not $isScaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  minReadySeconds: {{ $values.minReadySeconds }}
  progressDeadlineSeconds: {{ add $values.startupSeconds $values.minReadySeconds 300 }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      {{- toYaml $values.rollout | nindent 6 }}
  selector:
    matchLabels:
      {{- include "segmentation.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "segmentation.podLabels" . | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "segmentation.serviceAccount" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- if eq .tier "encoder" }}
      {{- with $values.gpu.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- end }}
      securityContext:
        {{- include "segmentation.podSecurity" $root | nindent 8 }}
        {{- if and (eq .tier "projects") (kindIs "invalid" $root.Values.podSecurity.fsGroup) }}
        {{- with $root.Values.podSecurity.runAsGroup }}
        # A new volume belongs to root.
        fsGroup: {{ int64 . }}
        {{- end }}
        {{- end }}
      {{- if or $values.initContainers (eq .tier "projects") }}
      initContainers:
        {{- with $values.initContainers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if eq .tier "projects" }}
        {{- include "segmentation.migration" . | trim | nindent 8 }}
        {{- end }}
      {{- end }}
      containers:
        - name: {{ .tier }}
          image: {{ include "segmentation.image" . | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext:
            {{- include "segmentation.containerSecurity" $root | nindent 12 }}
          ports:
            {{- range $name, $port := include "segmentation.ports" .tier | fromYaml }}
            - {name: {{ $name }}, containerPort: {{ $port }}}
            {{- end }}
            {{- if and (eq .tier "gateway") (include "segmentation.scaler" $root) }}
            - {name: scaler, containerPort: 7083}
            {{- end }}
          env:
            {{- include "segmentation.env" . | trim | nindent 12 }}
          {{- include "segmentation.probes" $values | nindent 10 }}
          {{- with include "segmentation.preStop" . | trim }}
          {{- . | nindent 10 }}
          {{- end }}
          resources:
            {{- include "segmentation.resources" . | trim | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
            {{- if eq .tier "projects" }}
            - {name: scratch, mountPath: /scratch}
            {{- if not $values.store.s3.bucket }}
            - {name: data, mountPath: /data}
            {{- end }}
            {{- end }}
            {{- with include "segmentation.fileMounts" . | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- with $values.extraVolumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
            {{- if $modelVolume }}
            - name: models
              mountPath: /models
              readOnly: true
              {{- with $root.Values.model.volume.subPath }}
              subPath: {{ . }}
              {{- end }}
            {{- end }}
        {{- with $values.sidecars }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 256Mi}
        {{- if eq .tier "projects" }}
        - name: scratch
          emptyDir: {sizeLimit: {{ $values.scratch.size }}}
        {{- if not $values.store.s3.bucket }}
        - name: data
          persistentVolumeClaim: {claimName: {{ include "segmentation.projectsClaim" $root }}}
        {{- end }}
        {{- end }}
        {{- with include "segmentation.fileVolumes" . | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with $values.extraVolumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if $modelVolume }}
        - name: models
          {{- $modelVolume | trim | nindent 10 }}
        {{- end }}
      {{- with include "segmentation.topologySpread" . | trim }}
      topologySpreadConstraints:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with include "segmentation.scheduling" (dict "root" $root "values" $values) | trim }}
      {{- . | nindent 6 }}
      {{- end }}
{{- end }}
